"""Olist's files in, raw transactions, customers, feedback, products and mappings out.

Orders of a marketplace in Brazil, 2016-09 to 2018-10, with their items, their buyers'
addresses and the reviews that the buyers wrote.

===========================================  ============================  ============
file                                         one row is                    becomes
===========================================  ============================  ============
``olist_products_dataset.csv`` (optional)    a product                     products
``product_category_name_translation.csv``    a category in English         products
``olist_customers_dataset.csv``              an order's customer           customers
``olist_geolocation_dataset.csv``            a point in a postcode         customers
``olist_orders_dataset.csv``                 an order                      transactions
``olist_order_items_dataset.csv``            a piece of an order           transactions
``olist_order_reviews_dataset.csv``          a review of an order          feedback
===========================================  ============================  ============

Size: 99,441 orders with 112,650 items, of 96,096 customers; 99,224 reviews, 32,951
products, 1,000,163 points. Prices are in reais; times carry no zone and are taken for
those of São Paulo. Payments and sellers are left out.

A customer of the source is one of an order: ``customer_unique_id`` is the person. In
``customers`` everybody is there once, and ``extra_source_rows`` adds up to the rows of
the file. Items of an unknown order have no customer and are set aside; an order without
items has no amount, and is set aside too, most of them as cancelled or unavailable.
Orders that were only created were not paid.

Source: Olist and A. Sionek (2018), *Brazilian E-Commerce Public Dataset by Olist*,
Kaggle, doi 10.34740/KAGGLE/DSV/195341. Licence: CC BY-NC-SA 4.0: name the source, use
it for nothing commercial, pass it on under the same terms. It is not part of this
project, and Kaggle wants an account, so nothing is downloaded.
"""

from __future__ import annotations

from workbench.datasets.layout import Layout, SourceFile

OLIST = Layout(
    "olist",
    (
        SourceFile(
            "products",
            ("olist_products_dataset.csv",),
            ("product_id", "product_category_name"),
            is_needed=False,
        ),
        SourceFile(
            "translation",
            ("product_category_name_translation.csv",),
            ("product_category_name", "product_category_name_english"),
            key=("product_category_name",),
            is_needed=False,
        ),
        SourceFile(
            "customers",
            ("olist_customers_dataset.csv",),
            (
                *("customer_id", "customer_unique_id", "customer_zip_code_prefix"),
                *("customer_city", "customer_state"),
            ),
            key=("customer_id",),
        ),
        SourceFile(
            "geolocation",
            ("olist_geolocation_dataset.csv",),
            (
                *("geolocation_zip_code_prefix", "geolocation_lat"),
                "geolocation_lng",
            ),
        ),
        SourceFile(
            "orders",
            ("olist_orders_dataset.csv",),
            (
                *("order_id", "customer_id", "order_status"),
                "order_purchase_timestamp",
            ),
            key=("order_id",),
        ),
        SourceFile(
            "items",
            ("olist_order_items_dataset.csv",),
            (
                *("order_id", "order_item_id", "product_id", "seller_id"),
                *("price", "freight_value"),
            ),
        ),
        SourceFile(
            "reviews",
            ("olist_order_reviews_dataset.csv",),
            (
                *("review_id", "order_id", "review_score", "review_comment_title"),
                *("review_comment_message", "review_creation_date"),
                "review_answer_timestamp",
            ),
        ),
    ),
    {
        "products": "products",
        "customers": "customers",
        "transactions": "items",
        "feedback": "reviews",
    },
    "Download the Brazilian E-Commerce Public Dataset by Olist from Kaggle, unpack it, "
    "and name its folder: workbench data get olist --from FOLDER",
)
