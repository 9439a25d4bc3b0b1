package dev.gatehouse.postgres.password;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What libpq itself takes from a password file: psql logs in where somebody asks for a password.
 */
final class Libpq implements AutoCloseable {
  private static final int CLEARTEXT = 3;

  private final Path psql;
  private final ServerSocket door;

  Libpq(Path psql) throws IOException {
    this.psql = psql;
    this.door = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    door.setSoTimeout(20_000);
  }

  int port() {
    return door.getLocalPort();
  }

  /** The password it sends; empty when it has none. */
  Optional<String> password(Path file, String host, String database, String user)
      throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(psql.toString(), "-X", "-w", "-c", "select 1")
            .redirectInput(new java.io.File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    command
        .environment()
        .putAll(
            Map.of(
                "PGPASSFILE",
                file.toString(),
                "PGHOST",
                host,
                "PGHOSTADDR",
                "127.0.0.1",
                "PGPORT",
                String.valueOf(port()),
                "PGDATABASE",
                database,
                "PGUSER",
                user,
                "PGSSLMODE",
                "disable",
                "PGGSSENCMODE",
                "disable"));
    Process client = command.start();
    try (Socket session = door.accept();
        DataInputStream in = new DataInputStream(session.getInputStream());
        DataOutputStream out = new DataOutputStream(session.getOutputStream())) {
      session.setSoTimeout(20_000);
      in.readNBytes(in.readInt() - Integer.BYTES);
      out.writeByte('R');
      out.writeInt(2 * Integer.BYTES);
      out.writeInt(CLEARTEXT);
      out.flush();
      if (in.readByte() != 'p') {
        return Optional.empty();
      }
      byte[] password = in.readNBytes(in.readInt() - Integer.BYTES);
      return Optional.of(new String(password, 0, password.length - 1, StandardCharsets.UTF_8));
    } catch (EOFException gone) {
      return Optional.empty();
    } finally {
      if (!client.waitFor(20, TimeUnit.SECONDS)) {
        client.destroyForcibly();
      }
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
