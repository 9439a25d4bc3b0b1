ALTER TABLE orders ADD INDEX orders_by_state (state);
