-- Every paid or shipped order gets an invoice.
create table invoices (
  id integer primary key,
  order_id integer not null unique references orders (id),
  amount_cents integer not null check (amount_cents >= 0),
  issued_at text not null
);

insert into invoices (order_id, amount_cents, issued_at)
select id, total_cents, placed_at from orders where status in ('paid', 'shipped');
