"""Maps of routes and coverage: whole HTML pages that open from a file with no network.

`routes.route_map` and `coverage.coverage_map` each give a page as text. Everything a page needs
stands in it: Leaflet and our own scripts, which the page's Content-Security-Policy names by their
hashes, and the data as one JSON block, which the scripts draw as text and never as markup.
"""
