package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file with a line for the name of the account in use and one for its password.
 *
 * @param user the variable of the name
 * @param account as whose it is looked at
 */
record LoginFile(SecretFile password, String user, String account) implements SecretSink {

  private SecretFile name() {
    return new SecretFile(password.file(), Optional.of(user));
  }

  @Override
  public List<String> plan() throws IOException {
    if (!password.file().toFile().exists()) {
      throw new Refusal(
          Finding.of("rotation.sink", "there is no file " + password.file())
              .withFix("write the login in use into it, mode 0600"));
    }
    name().plan();
    password.plan();
    return List.of("name and password kept in " + this + ", replaced by one rename, mode 0600");
  }

  @Override
  public void store(Secret secret) throws IOException {
    PrivateText whole = new PrivateText(password.file());
    char[] before = whole.read().orElse(new char[0]);
    try (Secret named = named()) {
      whole.write(password.with(name().with(before, named), secret));
    }
  }

  private Secret named() {
    return Secret.of("name of the account", account.toCharArray());
  }

  /** None where the login is of another account. */
  @Override
  public Optional<Secret> current() throws IOException {
    Optional<Secret> found = name().current();
    try (Secret mine = named()) {
      if (found.isEmpty() || !Passwords.same(found.get(), mine)) {
        return Optional.empty();
      }
    } finally {
      found.ifPresent(Secret::close);
    }
    return password.current();
  }

  @Override
  public Optional<Path> meanwhile() {
    return password.meanwhile();
  }

  @Override
  public String toString() {
    return user + ", " + password;
  }
}
