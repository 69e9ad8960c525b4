-- Each review with the customer of its order; one of an unknown order stays, without. A
-- review can be of several orders: its own id and the order's tell the rows apart.
SELECT
    left(r.review_answer_timestamp, 10) AS answered_on,
    r.review_answer_timestamp,
    r.review_id || '-' || r.order_id AS feedback_id,
    r.review_id,
    r.order_id,
    c.customer_unique_id,
    r.review_score,
    r.review_creation_date,
    r.review_comment_title,
    r.review_comment_message
FROM reviews AS r
LEFT JOIN orders AS o ON r.order_id = o.order_id
LEFT JOIN customers AS c ON o.customer_id = c.customer_id
ORDER BY ALL
