-- A coupon holds as long as its campaign: no redemption lies outside.
SELECT
    c.coupon_upc,
    c.campaign_id,
    c.product_id,
    d.start_date AS valid_from,
    d.end_date AS valid_to
FROM coupons AS c
LEFT JOIN campaign_descriptions AS d ON c.campaign_id = d.campaign_id
ORDER BY ALL
