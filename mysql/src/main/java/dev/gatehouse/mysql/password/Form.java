package dev.gatehouse.mysql.password;

import dev.gatehouse.core.outcome.Secret;
import java.util.List;

/** How a product has an account log in by either of two passwords. */
enum Form {
  /** MySQL keeps the one before, since 8.0.14 (manual, "Dual Password Support"). */
  RETAINED("caching_sha2_password") {
    @Override
    String verifier(Secret secret) {
      return Verifiers.cachingSha2(secret);
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

  String plugin() {
    return plugin;
  }

  abstract String verifier(Secret secret);

  abstract List<String> add(String account, String fresh, String old);

  abstract List<String> retire(String account, String fresh);

  abstract List<String> revert(String account, String old);
}
