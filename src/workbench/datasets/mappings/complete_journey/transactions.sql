-- Times without a zone are UTC: with New York's days, and with no others, every week of
-- the source is one Monday to Sunday.
-- No pieces are a coupon, or something taken back at the till: the amount is 0, no
-- quantity is written, and the visit stays.
-- What the maker's coupon takes off the shop gets back, so it is part of the sales value
-- and no discount of the shop's; sales value and discount are the price on the shelf.
SELECT
    household_id,
    strftime(make_timestamp(epoch_us(transaction_timestamp)), '%Y-%m-%dT%H:%M:%SZ')
        AS ordered_at,
    basket_id,
    product_id,
    store_id,
    nullif(quantity, 0) AS quantity,
    sales_value::DECIMAL(18, 4) AS sales_value,
    (retail_disc + coupon_match_disc)::DECIMAL(18, 4) AS discount,
    coupon_disc::DECIMAL(18, 4) AS coupon_disc,
    week
FROM transactions
