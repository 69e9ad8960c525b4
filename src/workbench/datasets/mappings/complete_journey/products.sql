SELECT
    product_id,
    product_category,
    department,
    brand,
    product_type,
    manufacturer_id,
    package_size
FROM products
