package dev.gatehouse.mysql.password;

import dev.gatehouse.core.dialect.PasswordMethod.Account;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;

/** How a product has an account log in by either of two passwords. */
enum Form {
  /** MySQL keeps the one before, since 8.0.14 (manual, "Dual Password Support"). */
  RETAINED("caching_sha2_password") {
    @Override
    String verifier(Secret secret) {
      return Verifiers.cachingSha2(secret);
    }

    /** Since 8.0.19; none before. */
    @Override
    OptionalLong failuresBeforeLock(Connection reading, Account account) throws SQLException {
      String limit =
          Queries.one(
              reading,
              "SELECT COALESCE(JSON_EXTRACT(User_attributes,"
                  + " '$.Password_locking.failed_login_attempts'), 0) FROM mysql.user WHERE"
                  + " CONCAT(User, '@', Host) = ?",
              account.name());
      return limit.equals("0") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(limit));
    }

    @Override
    String connectionAdmin() {
      return "CONNECTION_ADMIN";
    }

    @Override
    List<String> add(String account, String fresh, String old) {
      return List.of(identified(account, fresh) + " RETAIN CURRENT PASSWORD");
    }

    @Override
    List<String> retire(String account, String fresh) {
      return List.of("ALTER USER " + account + " DISCARD OLD PASSWORD");
    }

    /** Without RETAIN the one that was kept stays: it is the old one as well, and goes then. */
    @Override
    List<String> revert(String account, String old) {
      return List.of(identified(account, old), "ALTER USER " + account + " DISCARD OLD PASSWORD");
    }

    private String identified(String account, String verifier) {
      return "ALTER USER %s IDENTIFIED WITH %s AS '%s'".formatted(account, plugin(), verifier);
    }
  },

  /** MariaDB tries one way after the other (manual, "Authentication from MariaDB 10.4"). */
  ALTERNATIVE("mysql_native_password") {
    @Override
    String verifier(Secret secret) {
      return Verifiers.nativePassword(secret);
    }

    /** Of every account alike. */
    @Override
    OptionalLong failuresBeforeLock(Connection reading, Account account) throws SQLException {
      return OptionalLong.of(
          Long.parseLong(Queries.one(reading, "SELECT @@GLOBAL.max_password_errors")));
    }

    @Override
    String connectionAdmin() {
      return "CONNECTION ADMIN";
    }

    @Override
    List<String> add(String account, String fresh, String old) {
      return List.of(retire(account, fresh).get(0) + " OR " + plugin() + " USING '" + old + "'");
    }

    @Override
    List<String> retire(String account, String fresh) {
      return List.of(
          "ALTER USER %s IDENTIFIED VIA %s USING '%s'".formatted(account, plugin(), fresh));
    }

    @Override
    List<String> revert(String account, String old) {
      return retire(account, old);
    }
  };

  private final String plugin;

  Form(String plugin) {
    this.plugin = plugin;
  }

  static Form of(Connection connection) throws SQLException {
    return Products.of(connection).rolesAreAccounts() ? RETAINED : ALTERNATIVE;
  }

  String plugin() {
    return plugin;
  }

  /** After how many wrong passwords the server locks it; empty when it never does. */
  abstract OptionalLong failuresBeforeLock(Connection reading, Account account) throws SQLException;

  /** The privilege to end sessions of others. */
  abstract String connectionAdmin();

  abstract String verifier(Secret secret);

  abstract List<String> add(String account, String fresh, String old);

  abstract List<String> retire(String account, String fresh);

  abstract List<String> revert(String account, String old);
}
