create view order_totals as
select customer_id, count(*) as orders, sum(total_cents) as total_cents
from orders
where status <> 'cancelled'
group by customer_id;

create trigger payments_are_logged after insert on payments
begin
  insert into audit_logs (at, actor, action, detail)
  values (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'trigger', 'payment.received', 'order ' || new.order_id);
end;
