package dev.gatehouse.mysql;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.Proxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
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
  private final String driver;
  private final Proxy proxy;
  private final int socketTimeoutSeconds;
  private volatile boolean divert;

  /**
   * @param driver {@code mysql} or {@code mariadb}
   */
  public Detour(TestDatabase database, String driver, int socketTimeoutSeconds) throws IOException {
    this.database = database;
    this.driver = driver;
    this.proxy = Proxy.to(database.port());
    this.socketTimeoutSeconds = socketTimeoutSeconds;
  }

  public Target target() {
    return Target.of("detour", this, MySql.dialect());
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
    Properties properties = new Properties();
    properties.setProperty("user", database.account());
    properties.setProperty("password", database.secret().reveal(String::new));
    properties.setProperty("sslMode", driver.equals("mysql") ? "DISABLED" : "disable");
    properties.setProperty("allowPublicKeyRetrieval", "true");
    properties.setProperty(
        driver.equals("mysql") ? "allowLoadLocalInfile" : "allowLocalInfile", "false");
    properties.setProperty("socketTimeout", "" + socketTimeoutSeconds * 1_000);
    return DriverManager.getConnection(
        "jdbc:" + driver + "://127.0.0.1:" + port + "/" + database.name(), properties);
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
