package dev.gatehouse.sqlite;

import java.util.Optional;

/** A dialect that may have been given what only the application has. */
interface Customized {
  /** Gives it to a connection; empty where nothing was given. */
  Optional<ConnectionCustomizer> application();
}
