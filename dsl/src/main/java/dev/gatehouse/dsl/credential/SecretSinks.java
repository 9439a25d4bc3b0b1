package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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

  /** The one that it keeps, then both of a rotation that is under way. */
  public static Supplier<List<Secret>> passwords(SecretSink sink) {
    return () -> {
      List<Secret> all = new ArrayList<>(Rotation.current(sink).stream().toList());
      try {
        all.addAll(
            sink.meanwhile().isEmpty() ? List.of() : RotationFile.both(sink.meanwhile().get()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return all;
    };
  }

  public static NamedCheck logsIn(String account, SecretSink sink) {
    return new SinkLogin(account, sink).check();
  }

  public static SecretSink program(String program, String... arguments) {
    return new StandardInput(Names.list(program, arguments));
  }
}
