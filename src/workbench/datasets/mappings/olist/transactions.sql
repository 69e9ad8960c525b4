-- Each item with its order and its customer. An item whose order is unknown stays, and so
-- does an order without items: the door says what becomes of them.
SELECT
    o.order_purchase_timestamp,
    coalesce(i.order_id, o.order_id) AS order_id,
    i.order_item_id,
    i.product_id,
    i.seller_id,
    i.price,
    i.freight_value,
    o.order_status,
    c.customer_unique_id,
    c.customer_state
FROM items AS i
FULL JOIN orders AS o ON i.order_id = o.order_id
LEFT JOIN customers AS c ON o.customer_id = c.customer_id
ORDER BY ALL
