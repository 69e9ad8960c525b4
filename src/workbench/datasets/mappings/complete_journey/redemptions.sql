SELECT
    coupon_upc,
    household_id,
    campaign_id,
    redemption_date
FROM coupon_redemptions
