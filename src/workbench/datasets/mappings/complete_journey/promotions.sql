-- A week of the source is Monday to Sunday, and week 1 began on 2016-12-26: of its days
-- only the Sunday, 2017-01-01, is in the transactions.
SELECT
    week || '-' || store_id || '-' || product_id AS promotion_id,
    DATE '2016-12-26' + 7 * (week::INTEGER - 1) AS starts_on,
    DATE '2016-12-26' + 7 * (week::INTEGER - 1) + 6 AS ends_on,
    store_id,
    product_id,
    display_location,
    mailer_location
FROM promotions
