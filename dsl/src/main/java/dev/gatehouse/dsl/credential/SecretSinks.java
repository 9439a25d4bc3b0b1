package dev.gatehouse.dsl.credential;

import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.util.Optional;

/** The sinks that Gatehouse has; see {@link dev.gatehouse.dsl.GatehouseCredentials}. */
public final class SecretSinks {
  private SecretSinks() {}

  public static SecretSink file(Path file) {
    return new SecretFile(file, Optional.empty());
  }

  public static SecretSink variable(Path file, String name) {
    return new SecretFile(file, Optional.of(name));
  }

  public static LoginSink login(Path file, String user, String password) {
    return account -> new LoginFile(new SecretFile(file, Optional.of(password)), user, account);
  }

  public static SecretSink program(String program, String... arguments) {
    return new StandardInput(Names.list(program, arguments));
  }
}
