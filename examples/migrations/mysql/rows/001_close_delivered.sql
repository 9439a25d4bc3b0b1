-- What was delivered is closed.
UPDATE orders SET state = 'closed' WHERE state = 'delivered';
