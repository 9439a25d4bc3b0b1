package dev.gatehouse.core.testkit;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.Proxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A way to a test database of which one connection, the next after {@link #divert}, leads through a
 * proxy, so that this one alone can be harmed. Unencrypted: bytes are where they were the last
 * time.
 */
public final class Detour implements DataSource, AutoCloseable {
  private final TestDatabase database;
  private final Dialect dialect;
  private final String driver;
  private final Map<String, String> properties;
  private final Proxy proxy;
  private volatile boolean divert;

  /**
   * @param driver as addresses name it, such as {@code postgresql}
   * @param properties of the driver, beside account and password
   */
  public Detour(
      TestDatabase database, Dialect dialect, String driver, Map<String, String> properties)
      throws IOException {
    this.database = database;
    this.dialect = dialect;
    this.driver = driver;
    this.properties = Map.copyOf(properties);
    this.proxy = Proxy.to(database.port());
  }

  public Target target() {
    return Target.of("detour", this, dialect);
  }

  public Proxy proxy() {
    return proxy;
  }

  /** The next connection goes through the proxy. */
  public void divert() {
    divert = true;
  }

  @Override
  public Connection getConnection() throws SQLException {
    int port = divert ? proxy.port() : database.port();
    divert = false;
    Properties all = new Properties();
    all.putAll(properties);
    all.setProperty("user", database.account());
    all.setProperty("password", database.secret().reveal(String::new));
    return DriverManager.getConnection(
        "jdbc:" + driver + "://127.0.0.1:" + port + "/" + database.name(), all);
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }

  @Override
  public void close() throws IOException {
    proxy.close();
  }
}
