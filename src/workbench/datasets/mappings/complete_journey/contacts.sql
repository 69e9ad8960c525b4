-- The day of the contacts is the campaign's first one; a campaign that is not described
-- has none.
SELECT
    c.campaign_id,
    c.household_id,
    d.start_date AS chosen_on
FROM campaigns AS c
LEFT JOIN campaign_descriptions AS d ON c.campaign_id = d.campaign_id
ORDER BY ALL
