CREATE TABLE invoices (
  order_id INT PRIMARY KEY,
  amount_cents INT NOT NULL
);
