"""The Complete Journey's eight files in, eight raw tables and their mappings out.

All purchases of 2,469 households at a supermarket of the United States in 2017, what
was advertised in its stores and by mail, and the coupons they were sent and used.

=====================  ============================================  ==============
file                   one row is                                    becomes
=====================  ============================================  ==============
products               a product                                     products
demographics           a household that told of itself               customers
campaign_descriptions  a campaign                                    campaigns
campaigns              a household that got a campaign               contacts
coupons                a product that a campaign's coupon is for     coupons
transactions           a line of a receipt                           transactions
coupon_redemptions     a coupon handed in                            redemptions
promotions             a product shown in a store in a week          promotions
=====================  ============================================  ==============

Size: 1,469,307 lines and 20,940,529 promotions. The package itself has samples of both,
``transactions_sample`` (75,000 lines, in which 2,377 of the households are seen) and
``promotions_sample`` (360,535, of two stores). 92,331 products, 801 households that
told of themselves, 27 campaigns, 6,589 contacts, 116,204 pairs of a campaign's coupon
and a product (4,872 of them once more), 2,102 redemptions.

Times without a zone are UTC; the shop is in New York's zone. A week of the source is
Monday to Sunday, and week 1 began on 2016-12-26. Money is in dollars. What a column of
a table comes from is said in ``mappings/complete_journey``.

What refers to nothing, and why: most households are not in ``customers``, as one in
three told of itself. Five products of the sample's lines and six of the coupons are not
in the list of products: 221 of those 222 lines are of no pieces, most of them a coupon
that was scanned like a good.

A line of no pieces (416 in the sample) is a coupon, or something taken back at the
till. It costs nothing; it stays, without a quantity, as the visit was one.

Source: dunnhumby / 84.51°, *The Complete Journey*, in the R package ``completejourney``
(Boehmke & Stahl), which wrote the days of 2017 over the study's own numbers of days.
Licence: CC0, as the package states it. There is no address to download a form that can
be read without R from; the package's tables are written to Parquet there.
"""

from __future__ import annotations

from workbench.datasets.layout import Layout, SourceFile

COMPLETE_JOURNEY = Layout(
    "complete_journey",
    (
        SourceFile(
            "products",
            ("products.parquet",),
            (
                *("product_id", "product_category", "department", "brand"),
                *("product_type", "manufacturer_id", "package_size"),
            ),
        ),
        SourceFile(
            "demographics",
            ("demographics.parquet",),
            (
                *("household_id", "age", "income", "home_ownership"),
                *("marital_status", "household_size", "household_comp", "kids_count"),
            ),
        ),
        SourceFile(
            "campaign_descriptions",
            ("campaign_descriptions.parquet",),
            ("campaign_id", "campaign_type", "start_date", "end_date"),
            key=("campaign_id",),
        ),
        SourceFile(
            "campaigns",
            ("campaigns.parquet",),
            ("campaign_id", "household_id"),
        ),
        SourceFile(
            "coupons",
            ("coupons.parquet",),
            ("coupon_upc", "campaign_id", "product_id"),
        ),
        SourceFile(
            "transactions",
            ("transactions.parquet", "transactions_sample.parquet"),
            (
                *("household_id", "store_id", "basket_id", "product_id", "quantity"),
                *("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"),
                *("week", "transaction_timestamp"),
            ),
        ),
        SourceFile(
            "coupon_redemptions",
            ("coupon_redemptions.parquet",),
            ("coupon_upc", "household_id", "campaign_id", "redemption_date"),
        ),
        SourceFile(
            "promotions",
            ("promotions.parquet", "promotions_sample.parquet"),
            (
                *("product_id", "store_id", "display_location", "mailer_location"),
                "week",
            ),
        ),
    ),
    {
        "products": "products",
        "customers": "demographics",
        "campaigns": "campaign_descriptions",
        "contacts": "campaigns",
        "coupons": "coupons",
        "transactions": "transactions",
        "redemptions": "coupon_redemptions",
        "promotions": "promotions",
    },
    "Install the R package completejourney, write its eight tables to Parquet with "
    "arrow::write_parquet, and name their folder: workbench data get complete_journey "
    "--from FOLDER",
)
