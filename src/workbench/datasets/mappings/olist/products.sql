SELECT
    p.product_id,
    coalesce(t.product_category_name_english, p.product_category_name) AS category,
    p.product_category_name
FROM products AS p
LEFT JOIN translation AS t ON p.product_category_name = t.product_category_name
ORDER BY ALL
