package dev.gatehouse.postgres.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dump of the database does not hold. */
class BeyondDatabaseTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create role app login",
        "-- the account\nCREATE USER app PASSWORD 'x'",
        "/* old */ drop group if exists staff",
        "alter role app set search_path = shop",
        "grant reader to app",
        "REVOKE ADMIN OPTION FOR reader FROM app",
        "grant connect on database shop to app",
        "alter system set work_mem = '64MB'",
        "alter database shop set timezone = 'UTC'",
        "comment on role app is 'the application'",
        "drop owned by app",
        "do $$ begin create role app; exception when duplicate_object then null; end $$",
        "create subscription s connection '' publication p"
      })
  void belongs_to_the_server(String sql) {
    assertThat(BeyondDatabase.is(sql)).isTrue();
  }

  /** Whoever writes a script must not be able to end its reading. */
  @Test
  void however_long_what_stands_before_and_in_it() {
    assertThat(BeyondDatabase.is("-- why\n".repeat(200_000) + "create role app")).isTrue();
    assertThat(BeyondDatabase.is("grant " + "a, ".repeat(200_000) + "b to app")).isTrue();
    assertThat(BeyondDatabase.is("comment on table a is '" + "x".repeat(200_000) + "'")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table role(id int)",
        "update a set cents = cents * 2 -- create role",
        "-- create role app\nupdate a set cents = 1",
        "grant select on a to app",
        "grant select on all tables in schema shop to app",
        "revoke all on schema public from public",
        "alter default privileges in schema shop grant select on tables to app",
        "create user mapping for app server s",
        "drop table if exists a",
        "comment on table a is 'on role'",
        "do $$ begin perform 1; end $$",
        "create policy p on a to app using (true)"
      })
  void belongs_to_the_database(String sql) {
    assertThat(BeyondDatabase.is(sql)).isFalse();
  }
}
