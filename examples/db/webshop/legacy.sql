-- Nobody remembers why; the spreadsheet that wanted it is gone or is not.
GRANT UPDATE ON shop.items TO webshop_reports;
