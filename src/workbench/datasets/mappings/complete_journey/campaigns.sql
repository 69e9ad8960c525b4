SELECT
    campaign_id,
    campaign_type,
    start_date,
    end_date
FROM campaign_descriptions
