package dev.gatehouse.mysql.session;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.jdbc.JdbcConnection;
import dev.gatehouse.core.dialect.PooledConnection;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The only place that knows the types of MySQL's own driver. */
final class ConnectorJ implements Driver {
  /** By name: which of them there are depends on the driver's version. */
  private static final List<String> HARMFUL =
      List.of(
          "allowLoadLocalInfile",
          "allowUrlInLocalInfile",
          "allowMultiQueries",
          "autoDeserialize",
          "autoReconnect",
          "autoReconnectForPools",
          "useLocalSessionState",
          "useLocalTransactionState");

  @Override
  public boolean knows(Connection connection) throws SQLException {
    return connection.isWrapperFor(JdbcConnection.class);
  }

  @Override
  public List<String> harmful(Connection connection) throws SQLException {
    PropertySet set = connection.unwrap(JdbcConnection.class).getPropertySet();
    List<String> found = new ArrayList<>();
    for (String name : HARMFUL) {
      PropertyKey key = PropertyKey.fromValue(name);
      if (key != null && Boolean.TRUE.equals(set.getBooleanProperty(key).getValue())) {
        found.add(name + "=true");
      }
    }
    if (set.getStringProperty(PropertyKey.allowLoadLocalInfileInPath).getValue() != null) {
      found.add(PropertyKey.allowLoadLocalInfileInPath.getKeyName());
    }
    return found;
  }

  @Override
  public void closeForGood(Connection connection, Target target) throws SQLException {
    PooledConnection.end(connection, target, JdbcConnection.class);
  }
}
