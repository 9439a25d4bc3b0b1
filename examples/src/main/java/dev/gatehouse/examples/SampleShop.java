package dev.gatehouse.examples;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** A shop's database, the same for the same size: customers, orders, payments, audit_logs. */
public final class SampleShop {

  private static final String[] SCHEMA = {
    """
    create table customers (
      id integer primary key,
      email text not null unique,
      name text not null,
      country text not null,
      created_at text not null)
    """,
    """
    create table orders (
      id integer primary key,
      customer_id integer not null references customers (id),
      status text not null check (status in ('open', 'paid', 'shipped', 'cancelled')),
      total_cents integer not null,
      placed_at text not null)
    """,
    """
    create table payments (
      id integer primary key,
      order_id integer not null references orders (id),
      amount_cents integer not null,
      provider text not null,
      reference blob not null)
    """,
    """
    create table audit_logs (
      id integer primary key,
      at text not null,
      actor text not null,
      action text not null,
      detail text)
    """,
    "create index orders_by_customer on orders (customer_id)",
    "create index payments_by_order on payments (order_id)"
  };

  private static final String[] STATUS = {"open", "paid", "shipped", "cancelled"};
  private static final String[] COUNTRY = {"DE", "FR", "US", "JP", "BR", "IN"};

  private SampleShop() {}

  /**
   * Makes the database in write-ahead-log mode.
   *
   * @param rows over all tables; a tenth are customers, three tenths each of the others
   */
  public static void create(Path file, int rows) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("pragma journal_mode = wal");
        for (String table : SCHEMA) {
          statement.execute(table);
        }
      }
      connection.setAutoCommit(false);
      fill(connection, rows / 10, rows * 3 / 10);
      connection.commit();
    }
  }

  private static void fill(Connection connection, int customers, int others) throws SQLException {
    Random random = new Random(20_261_121L);
    try (PreparedStatement customer =
            connection.prepareStatement("insert into customers values (?, ?, ?, ?, ?)");
        PreparedStatement order =
            connection.prepareStatement("insert into orders values (?, ?, ?, ?, ?)");
        PreparedStatement payment =
            connection.prepareStatement("insert into payments values (?, ?, ?, ?, ?)");
        PreparedStatement log =
            connection.prepareStatement("insert into audit_logs values (?, ?, ?, ?, ?)")) {
      for (int id = 1; id <= customers; id++) {
        String who = "customer" + id;
        insert(customer, id, who + "@example.org", who, pick(COUNTRY, random), day(random));
      }
      byte[] reference = new byte[16];
      for (int id = 1; id <= others; id++) {
        int cents = 100 + random.nextInt(50_000);
        int buyer = 1 + random.nextInt(Math.max(1, customers));
        insert(order, id, buyer, pick(STATUS, random), cents, day(random));
        random.nextBytes(reference);
        insert(payment, id, id, cents, id % 3 == 0 ? "card" : "transfer", reference.clone());
        insert(
            log, id, day(random), "clerk" + id % 40, "order.placed", "order " + id + ", " + cents);
      }
    }
  }

  private static void insert(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    statement.executeUpdate();
  }

  private static String pick(String[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  private static String day(Random random) {
    return String.format(
        "2026-%02d-%02dT%02d:00:00Z",
        1 + random.nextInt(12), 1 + random.nextInt(28), random.nextInt(24));
  }
}
