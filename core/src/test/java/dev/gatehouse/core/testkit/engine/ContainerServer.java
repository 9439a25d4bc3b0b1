package dev.gatehouse.core.testkit.engine;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import dev.gatehouse.core.outcome.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.mariadb.MariaDBContainer;
import org.testcontainers.mysql.MySQLContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One server in a container: passwords for everybody, TLS by our certificate, published on loopback
 * only. The one class that knows Testcontainers: modules without it never load it.
 */
final class ContainerServer {
  private static final String LABEL = "dev.gatehouse.tests";
  private static final String CERTIFICATE = "/gatehouse/" + Certificate.CERTIFICATE;
  private static final String KEY = "/gatehouse/" + Certificate.KEY;
  private static final int READABLE = 0644;
  private static final int EXECUTABLE = 0755;

  /** PostgreSQL wants its key for itself; scripts of that directory run as its user. */
  private static final String POSTGRES_TLS =
      """
      #!/bin/bash
      cp %s %s "$PGDATA"
      chmod 600 "$PGDATA"/server.*
      echo 'ssl = on' >> "$PGDATA"/postgresql.conf
      """
          .formatted(CERTIFICATE, KEY);

  private ContainerServer() {}

  static Server start(DockerDaemon daemon, Product product, String image, String servedBy) {
    String unique = Names.unique("jvm");
    Path run = Cache.runDirectory("container");
    Secret password = Names.password("admin of the test server");
    String admin = product == Product.POSTGRES ? "gatehouse_admin" : "root";
    JdbcDatabaseContainer<?> container = container(product, image);
    int port = product == Product.POSTGRES ? 5432 : 3306;
    container.withUsername(admin);
    container.withPassword(password.reveal(String::new));
    container.withDatabaseName(home(product));
    container.withLabel(LABEL, unique);
    certify(container, run);
    ContainerReaper.watch(daemon, LABEL + "=" + unique, run);
    String host = container.getHost();
    boolean here = List.of("localhost", "127.0.0.1").contains(host);
    if (here) {
      container.withCreateContainerCmdModifier(command -> onLoopback(command, port));
    }
    try {
      container.start();
    } catch (RuntimeException e) {
      throw new IllegalStateException(image + " did not start: " + causes(e), e);
    }
    return new Server(
        product,
        here ? "127.0.0.1" : host,
        container.getMappedPort(port),
        new Account(admin, password),
        home(product),
        true,
        Optional.empty(),
        run,
        servedBy);
  }

  private static JdbcDatabaseContainer<?> container(Product product, String image) {
    List<String> tls = List.of("--ssl-cert=" + CERTIFICATE, "--ssl-key=" + KEY);
    return switch (product) {
      case POSTGRES ->
          new PostgreSQLContainer(image)
              .withCommand("postgres", "-c", "wal_level=logical", "-c", "max_connections=60")
              .withCopyToContainer(
                  Transferable.of(POSTGRES_TLS, EXECUTABLE), "/docker-entrypoint-initdb.d/tls.sh");
      case MYSQL ->
          new MySQLContainer(image)
              .withCommand("--server-id=1", "--log-bin=binlog", tls.get(0), tls.get(1));
      case MARIADB ->
          new MariaDBContainer(image)
              .withCommand("--server-id=1", "--log-bin=binlog", tls.get(0), tls.get(1));
    };
  }

  private static String home(Product product) {
    return product == Product.POSTGRES ? "postgres" : "gatehouse";
  }

  private static void certify(JdbcDatabaseContainer<?> container, Path run) {
    try {
      Files.createDirectories(run);
      Certificate.into(run, Certificate.USUAL);
      for (String file : List.of(Certificate.CERTIFICATE, Certificate.KEY)) {
        Path made = run.resolve(file);
        container.withCopyToContainer(
            Transferable.of(Files.readAllBytes(made), READABLE), "/gatehouse/" + file);
        Files.delete(made);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void onLoopback(CreateContainerCmd command, int port) {
    HostConfig settings = command.getHostConfig();
    if (settings != null) {
      settings
          .withPublishAllPorts(false)
          .withPortBindings(new Ports(ExposedPort.tcp(port), Ports.Binding.bindIp("127.0.0.1")));
    }
  }

  private static String causes(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      text.append(text.isEmpty() ? "" : "; ").append(cause.getMessage());
    }
    return Pattern.compile("\\s+").matcher(text).replaceAll(" ");
  }
}
