package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.PooledConnection;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.mariadb.jdbc.Configuration;

/** The only place that knows the types of MariaDB's driver. */
final class MariaDbConnector implements Driver {

  @Override
  public boolean knows(Connection connection) throws SQLException {
    return connection.isWrapperFor(org.mariadb.jdbc.Connection.class);
  }

  @Override
  public List<String> harmful(Connection connection) throws SQLException {
    Configuration told =
        connection.unwrap(org.mariadb.jdbc.Connection.class).getContext().getConf();
    List<String> found = new ArrayList<>();
    if (told.allowLocalInfile()) {
      found.add("allowLocalInfile=true, the default of this driver");
    }
    if (told.allowMultiQueries()) {
      found.add("allowMultiQueries=true");
    }
    if (told.transactionReplay()) {
      found.add("transactionReplay=true");
    }
    if (told.addresses().size() > 1) {
      found.add("more than one host");
    }
    return found;
  }

  @Override
  public void closeForGood(Connection connection, Target target) throws SQLException {
    PooledConnection.end(connection, target, org.mariadb.jdbc.Connection.class);
  }
}
