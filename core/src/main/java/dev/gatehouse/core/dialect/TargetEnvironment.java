package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The address, account and secret of a target, as an environment has them. */
final class TargetEnvironment {
  private final Map<String, String> environment;
  private final String prefix;

  TargetEnvironment(Map<String, String> environment, String prefix) {
    this.environment = environment;
    this.prefix = prefix;
  }

  Target target(Dialect dialect) {
    String name = prefix.toLowerCase(Locale.ROOT);
    boolean accounts = dialect.passwords().isPresent();
    List<String> needed = Stream.of("URL", "USER").limit(accounts ? 2 : 1).map(this::name).toList();
    List<String> missing =
        needed.stream().filter(key -> environment.getOrDefault(key, "").isBlank()).toList();
    if (!missing.isEmpty()) {
      throw refused(String.join(", ", missing) + " missing or empty", accounts);
    }
    String url = value("URL");
    return accounts
        ? Target.at(name, url, value("USER"), secret(dialect), dialect)
        : Target.at(name, url, dialect);
  }

  private Secret secret(Dialect dialect) {
    String password = value("PASSWORD");
    String file = value("PASSWORD_FILE");
    String both = name("PASSWORD") + " and " + name("PASSWORD_FILE");
    if (password.isEmpty() && file.isEmpty()) {
      return kept(dialect, both + " both missing or empty");
    }
    if (!password.isEmpty() && !file.isEmpty()) {
      throw refused(both + " both there", /* accounts= */ true);
    }
    if (file.isEmpty()) {
      return Secret.of(name("PASSWORD"), password.toCharArray());
    }
    try {
      return Secret.fromFile(Path.of(file));
    } catch (InvalidPathException e) {
      throw refused(name("PASSWORD_FILE") + " is no path", /* accounts= */ true);
    }
  }

  /** As a client of the product would find it. */
  private Secret kept(Dialect dialect, String found) {
    PasswordFile kept =
        dialect.passwordFile().orElseThrow(() -> refused(found, /* accounts= */ true));
    try {
      return kept.password(value("URL"), value("USER"), environment);
    } catch (Refusal none) {
      Finding why = none.findings().get(0);
      String all = found + "\n" + why.headline() + ": " + why.found() + "\n" + why.fix();
      throw refused(all, /* accounts= */ true);
    }
  }

  private String name(String what) {
    return prefix + "_" + what;
  }

  private String value(String what) {
    return environment.getOrDefault(name(what), "");
  }

  private Refusal refused(String found, boolean accounts) {
    String login =
        ", %s and %s or %s".formatted(name("USER"), name("PASSWORD"), name("PASSWORD_FILE"));
    return new Refusal(
        Finding.of(
                "target.environment", "the environment does not say what target " + prefix + " is")
            .withExpected(name("URL") + (accounts ? login : ""))
            .withFound(found)
            .withFix("set them where this process is started"));
  }
}
