-- The source has a customer once for each order: here everybody is there once, with the
-- address of the newest order, and with the number of rows that this was made of.
-- A postcode's place is the mean of what is known of it.
WITH places AS (
    SELECT
        lpad(geolocation_zip_code_prefix, 5, '0') AS zip,
        round(avg(geolocation_lat::DOUBLE), 6) AS lat,
        round(avg(geolocation_lng::DOUBLE), 6) AS lng
    FROM geolocation
    GROUP BY zip
),
addresses AS (
    SELECT
        c.*,
        lpad(c.customer_zip_code_prefix, 5, '0') AS zip,
        count(*) OVER (PARTITION BY c.customer_unique_id) AS source_rows,
        row_number() OVER (
            PARTITION BY c.customer_unique_id
            ORDER BY o.order_purchase_timestamp DESC NULLS LAST, c.customer_id
        ) AS place
    FROM customers AS c
    LEFT JOIN orders AS o ON c.customer_id = o.customer_id
)
SELECT
    a.customer_unique_id,
    a.customer_state AS market,
    a.customer_state AS region,
    a.customer_city AS city,
    a.zip,
    p.lat,
    p.lng,
    a.source_rows
FROM addresses AS a
LEFT JOIN places AS p ON a.zip = p.zip
WHERE a.place = 1
ORDER BY ALL
