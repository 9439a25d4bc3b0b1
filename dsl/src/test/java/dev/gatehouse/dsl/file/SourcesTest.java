package dev.gatehouse.dsl.file;

import static dev.gatehouse.dsl.GatehouseOperations.sources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application's sources write is found by line, and what cannot be told is no pass. */
class SourcesTest {
  private Path work;
  private Path tree;

  @BeforeEach
  void an_application(@TempDir Path temporary) throws IOException {
    work = temporary;
    tree = Files.createDirectory(temporary.resolve("vh"));
  }

  private void file(String name, String text) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Outcome ask(Sources sources) throws Exception {
    try (Desk desk = Desk.at(work)) {
      return desk.ask(sources.neverWrite("eng_*", "eng.*"));
    }
  }

  private Outcome ask() throws Exception {
    return ask(sources(tree));
  }

  private static String found(Outcome outcome, String code) {
    return outcome.findings().stream()
        .filter(one -> one.code().equals(code))
        .map(Finding::found)
        .collect(Collectors.joining("\n"));
  }

  /** Each with the line that writes, marked by {@code >>}. */
  private static final List<String> PLANTED =
      List.of(
          "a.php|<?php\n>>$db->exec(\"INSERT INTO eng_orders (id) VALUES (1)\");",
          "a.php|<?php\n$sql = '\n  >>insert\n    into eng_orders\n  values (1)';",
          "a.py|x = 1\n>>cur.execute('UPDATE eng_orders SET a = 1')",
          "a.py|cur.execute(\"\"\"\n   >>DELETE FROM eng.orders\n   WHERE id = 1\"\"\")",
          "a.py|S = {\n  SQL:\n    >>\"\"\"DELETE FROM eng_orders\"\"\"\n}",
          "a.js|db.query(>>`DELETE FROM \"eng\".\"orders\" WHERE id = ${id}`)",
          "a.java|String s = >>\"insert into `eng_orders` values (1)\";",
          "a.java|String s =\n    >>\"INSERT INTO \"\n        + \"eng_orders (a) \" + \"values (1)\";",
          "a.java|String s = >>\"UPDATE \\\"eng\\\".\\\"orders\\\" SET a = 1\";",
          "a.java|String s = \"select 1;\\n>>DELETE FROM eng_orders\";",
          "a.php|<?php $url = \"http://x\"; >>$db->q(\"TRUNCATE TABLE eng_orders\");",
          "a.sql|select 1;\n>>merge into eng.orders o using vh.new n on o.id = n.id\nwhen matched"
              + " then delete;",
          "a.sql|>>copy eng.orders (id, a) from stdin;",
          "a.sql|>>truncate only vh.a, eng.orders;",
          "a.sql|>>insert /* now */ into -- the table\n  eng.orders select 1;",
          "a.sql|with n as (select 1)\n>>insert into eng.orders select * from n;",
          "a.sql|>>replace into eng_orders values (1);",
          "a.sql|>>insert or replace into eng_orders values (1);",
          "a.sql|>>load data local infile 'x.csv' replace into table eng_orders;",
          "a.sql|>>delete o from eng_orders o join vh_a a on a.id = o.id;",
          "a.sql|>>delete from vh_a, eng_orders using vh_a join eng_orders;",
          "a.sql|>>update vh_a a join eng_orders o on o.id = a.id set o.total = 1;",
          "a.sql|>>drop table if exists eng_orders;",
          "a.sql|>>alter table eng.orders add column a int;",
          "a.sql|/*!50000 >>insert into eng_orders values (1) */;",
          "a.sql|create event e on schedule every 1 day do >>update eng_orders set a = 1;",
          "a.sh|#!/bin/sh\npsql -c >>\"DELETE FROM eng_orders\" # tidy up",
          "a.rb|>>ActiveRecord.connection.execute(\"UPDATE eng_orders SET a = 'it''s'\")",
          "a.rb|sql = <<~SQL\n  >>UPDATE ONLY eng.orders\n  SET a = 1\nSQL",
          "a.ts|await tx.run(>>'INSERT INTO [eng].[orders] VALUES (1)')",
          "a.go|db.Exec(>>\"INSERT INTO ENG_ORDERS VALUES ($1)\", x)",
          "a.cs|var s = >>@\"INSERT INTO \"\"eng_orders\"\" VALUES (1)\";",
          "a.xml|<mapper>\n<update id=\"a\">\n  >>UPDATE eng_orders SET a = #{a}\n</update></mapper>",
          "a.kt|val s = \"\"\"\n  >>insert into eng.orders\n  values (1)\n\"\"\"",
          "a.php|<?php >>$wpdb->insert('eng_orders', ['a' => 1]);",
          "a.php|<?php >>DB::table('eng_orders')->where('id', f(1))->update(['a' => 1]);",
          "a.js|await knex(>>'eng_orders')\n  .where({ id })\n  .del();",
          "a.java|create.>>insertInto(\"eng.orders\").values(1);",
          "a.js|const t = x.replace(/\\/*$/, '');\n>>db.query('UPDATE eng_orders SET a = 1'); // */",
          "a.php|<?php $g = \"src/*\"; >>q(\"DELETE FROM eng_orders\"); // see */",
          "a.js|q(>>`INSERT INTO eng_${year} VALUES (1)`)",
          "a.txt|whatever language: >>INSERT INTO eng_orders VALUES (1)");

  /** Of a tree that has this file more: its name, {@code |}, its text. */
  private Outcome asked(String file) throws Exception {
    String name = file.substring(0, file.indexOf('|'));
    file(name, file.substring(file.indexOf('|') + 1));
    Outcome outcome = ask();
    Files.delete(tree.resolve(name));
    return outcome;
  }

  private static String told(String file, Outcome outcome) {
    return outcome.status() + ": " + file + "\n" + outcome.findings() + "\n";
  }

  @Test
  void planted_writes_are_found_by_line() throws Exception {
    assertThat(PLANTED).hasSizeGreaterThanOrEqualTo(40);
    StringBuilder missed = new StringBuilder();
    for (String plant : PLANTED) {
      Outcome outcome = asked(plant.replace(">>", ""));
      String before = plant.substring(0, plant.indexOf(">>"));
      long line = 1 + before.chars().filter(c -> c == '\n').count();
      String place = before.substring(0, before.indexOf('|')) + ":" + line;
      if (outcome.status() != Status.FAILED
          || !found(outcome, "sources.write").contains(tree + "/" + place + " ")) {
        missed.append(told(plant, outcome));
      }
    }
    assertThat(missed).asString().isEmpty();
  }

  private static final List<String> DECOYS =
      List.of(
          "a.java|// INSERT INTO eng_orders is forbidden\nint i;",
          "a.java|q(\"select 1\"); // never UPDATE eng_orders SET a = 1",
          "a.java|/* DELETE FROM eng_orders\n * UPDATE eng_orders SET a = 1\n */\nint i;",
          "a.java|/** Use {@code INSERT INTO eng_orders} nowhere. */\nint i;",
          "a.py|# DELETE FROM eng_orders\nx = 1  # UPDATE eng_orders SET a = 1",
          "a.php|<?php # INSERT INTO eng_orders\n// TRUNCATE eng_orders\n$a = 1;",
          "a.php|<!-- DELETE FROM eng_orders --><?php $a = 'x';",
          "a.sql|-- insert into eng.orders values (1)\nselect 1;",
          "a.sql|select 1 /* update eng.orders set a = 1 */ from vh_a;",
          "a.sql|select 'it''s' -- delete from eng.orders\n;",
          "a.sh|# psql -c 'DELETE FROM eng_orders'\necho a",
          "a.py|\"\"\"INSERT INTO eng_orders is not ours.\"\"\"\nx = 1",
          "a.py|def f(a):\n    \"\"\"Never\n    DELETE FROM eng_orders.\n    \"\"\"\n    return a",
          "a.rb|x = 'a' # INSERT INTO eng_orders\n",
          "a.xml|<a><!-- UPDATE eng_orders SET a = 1 --></a>",
          "a.php|<?php $s = \"\n  -- INSERT INTO eng_orders\n  SELECT 1\";",
          "a.js|q(`SELECT 1 /* DELETE FROM eng_orders */ FROM vh_a`)",
          "a.sql|select * from eng.orders;",
          "a.sql|select * from eng.orders for update of orders;",
          "a.sql|select * from eng_orders for update;",
          "a.sql|insert into vh_a select * from eng_orders;",
          "a.sql|update vh_a set x = e.x from eng.orders e where e.id = vh_a.id;",
          "a.sql|update vh_a a join eng_orders o on o.id = a.id set a.total = o.total;",
          "a.sql|delete from vh_a using eng.orders o where o.id = vh_a.id;",
          "a.sql|delete a from vh_a a join eng_orders o on o.id = a.id;",
          "a.sql|merge into vh_a a using eng.orders o on o.id = a.id when matched then delete;",
          "a.sql|copy eng.orders to stdout;",
          "a.sql|copy (select * from eng.orders) to stdout;",
          "a.sql|create view vh_v as select * from eng.orders;",
          "a.sql|grant insert, update, delete on eng.orders to eng_app;",
          "a.sql|create trigger t after insert or update on eng_orders execute function f();",
          "a.sql|insert into vh_a values (1) on conflict (id) do update set a = 1;",
          "a.sql|insert into vh_a values (1) on duplicate key update eng_total = 2;",
          "a.sql|create table vh_b (a int references eng.orders on delete cascade);",
          "a.sql|insert into my_eng_orders values (1);",
          "a.sql|insert into veng.orders values (1);",
          "a.sql|update engine set a = 1; delete from english;",
          "a.java|q(\"INSERT INTO vh_a (eng_id) VALUES (1)\");",
          "a.java|q(\"UPDATE vh_eng_orders SET a = 1\");",
          "a.php|<?php $rows = DB::table('eng_orders')->where('a', 1)->get();",
          "a.js|const rows = await knex('eng_orders').select('*');",
          "a.java|log(\"the insert into eng is over\"); int updated = eng_orders(1);",
          "a.py|s = text.replace('eng_orders', 'x')",
          "a.js|const headers = { 'eng_orders': updateAll };");

  @Test
  void decoys_are_none() throws Exception {
    assertThat(DECOYS).hasSizeGreaterThanOrEqualTo(40);
    StringBuilder alarms = new StringBuilder();
    for (String decoy : DECOYS) {
      Outcome outcome = asked(decoy);
      if (outcome.status() != Status.PASSED) {
        alarms.append(told(decoy, outcome));
      }
    }
    assertThat(alarms).asString().isEmpty();
  }

  /** The text alone does not tell. */
  @Test
  void what_is_made_while_it_runs_is_no_pass() throws Exception {
    for (String text :
        List.of(
            "q(\"INSERT INTO \" + table + \" VALUES (1)\");",
            "q('INSERT INTO ' . $table);",
            "q(f\"UPDATE {table} SET a = 1\")",
            "q(`DELETE FROM ${schema}.orders`)",
            "q(`DELETE FROM ${schema}.eng_orders WHERE a = 1` )".replace("eng_", ""),
            "execute format('TRUNCATE TABLE %I', t);",
            "q(\"INSERT INTO e\" + rest);",
            "sql.append(\"DELETE FROM \").append(t);",
            "protected $table = 'eng_orders';",
            "@Table(name = \"eng_orders\") class A {}",
            "@Entity({ name: 'eng_orders' }) class A {}",
            "const orders = pgTable('eng_orders', { id: serial('id') })",
            "orders = Table('eng_orders', metadata, Column('id', Integer))",
            "const Order = sequelize.define('eng_orders', {})",
            "schema \"eng_orders\" do",
            "func (Order) TableName() string {\n\treturn \"eng_orders\"\n}",
            "self.table_name = :eng_orders",
            "create.insertInto(ENG_ORDERS).values(1)",
            "create.deleteFrom(Tables.ENG_ORDERS)",
            "diesel::insert_into(eng_orders::table).values(&a)",
            "await prisma.eng_orders.create({ data })",
            "conn.execute(eng_orders.insert().values(id=1))",
            "$q = DB::table('eng_orders')->where('a', 1);",
            "q(\"SET search_path TO vh, eng\");",
            "q(\"UPDATE eng_orders \" + sets);",
            "x = 'unclosed\n# INSERT INTO eng_orders\n")) {
      file("a.py", text);
      assertThat(ask().status()).as(text).isEqualTo(Status.INCONCLUSIVE);
      assertThat(found(ask(), "sources.unsure")).as(text).contains("a.py:");
    }
  }

  /** A table by convention, or through a variable: each is told with its line, and is no pass. */
  @Test
  void what_an_object_mapper_makes_a_table_of_is_no_pass() throws Exception {
    for (String text :
        List.of(
            "a.php|<?php class EngOrder extends Model {}",
            "a.php|<?php final class EngOrder extends \\Eng\\VCardResource {}",
            "a.php|<?php class Label extends Model { f() { return $this->belongsToMany(EngTag::class"
                + ", 'eng_orders'); } }",
            "a.php|<?php class EngA extends Enum { f() { return $this->belongsToMany(B::class); } }",
            "a.rb|class EngOrder < ApplicationRecord\nend",
            "a.rb|class Eng::Order < ApplicationRecord\nend",
            "a.rb|class EngX\n  has_and_belongs_to_many :parts\nend",
            "a.rb|Vh::EngOrder.create!(a: 1)",
            "eng/models.py|class Order(TimestampedModel):\n    pass",
            "eng/models.py|class Order:\n    tags = models.ManyToManyField(Tag)",
            "a.java|@Entity\npublic class EngOrder {}",
            "a.java|@Entity\n@Table(\n    catalog = \"x\",\n    name = \"eng_orders\")\nclass A {}",
            "a.java|@Table(\"eng_orders\") record Order() {}",
            "a.java|@Table(name = \"orders\", schema = \"eng\") class A {}",
            "a.java|create.insertInto(Eng.ENG.ORDERS)",
            "a.ts|@Entity('eng_orders')\nexport class Order {}",
            "a.ts|@Entity()\nexport class EngOrder {}",
            "a.ts|await db.insert(engOrders).values(a)",
            "a.ts|const eng = pgSchema('eng')",
            "a.cs|public DbSet<EngOrder> Orders => Set<EngOrder>();",
            "a.cs|[Table(\"eng_orders\")] class Order {}",
            "a.cs|b.Entity<Order>().ToTable(\"eng_orders\");",
            "a.go|import \"gorm.io/gorm\"\ntype EngOrder struct {}",
            "schema.prisma|model EngOrder {\n  id Int @id\n}",
            "schema.prisma|model Order {\n  @@map(\"eng_orders\")\n}",
            "a.rs|#[diesel(table_name = eng_orders)]\nstruct A {}",
            "application.properties|hibernate.default_schema=eng")) {
      String name = text.substring(0, text.indexOf('|'));
      file(name, text.substring(text.indexOf('|') + 1));
      assertThat(ask().status()).as(text).isEqualTo(Status.INCONCLUSIVE);
      assertThat(found(ask(), "sources.unsure")).as(text).contains(name + ":");
      Files.delete(tree.resolve(name));
    }
  }

  @Test
  void it_fails_in_these_words() throws Exception {
    file("src/db.php", "<?php\n$a = 1;\n$db->exec('DELETE FROM eng_orders');\n");
    Outcome outcome = ask();
    assertThat(outcome.findings()).hasSize(1);
    assertThat(outcome.findings().get(0).text().replace(tree.toString(), "apps/vh"))
        .isEqualTo(
            """
            src/db.php writes what it must not
              expected  no statement that writes it
              found     apps/vh/src/db.php:3 DELETE eng_orders
              fix       let the application that owns the table write it
              code      sources.write""");
    assertThat(outcome.findings().get(0).subjects())
        .extracting(Object::toString)
        .containsExactly("src/db.php DELETE eng_orders");
  }

  @Test
  void a_tree_that_is_empty_or_missing_is_no_pass() throws Exception {
    assertThat(ask().status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(found(ask(), "sources.none")).contains("no file that was read");

    file("a.php", "<?php $a = 1;");
    assertThat(ask().status()).isEqualTo(Status.PASSED);
    assertThat(ask(sources(tree).only("*.java")).status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(ask(sources(tree).except("**")).status()).isEqualTo(Status.INCONCLUSIVE);

    Sources gone = sources(work.resolve("gone"));
    assertThat(ask(gone).status()).isEqualTo(Status.INCONCLUSIVE);
    try (Desk desk = Desk.at(work)) {
      assertThatThrownBy(() -> gone.neverWrite("eng_*").plan(desk)).isInstanceOf(Refusal.class);
      assertThatThrownBy(() -> sources(tree.resolve("a.php")).neverWrite("eng_*").plan(desk))
          .isInstanceOf(Refusal.class);
    }
  }

  @Test
  void what_is_not_read_is_named_until_it_is_left_out() throws Exception {
    file("a.php", "<?php $a = 1;");
    Files.write(tree.resolve("logo.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1});
    file("utf16.sql", "");
    Files.write(tree.resolve("utf16.sql"), "delete from eng_a".getBytes(StandardCharsets.UTF_16));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("nowhere"));
    Files.createSymbolicLink(tree.resolve("outside"), Files.createDirectory(work.resolve("other")));
    Files.createSymbolicLink(tree.resolve("inside"), tree);
    file("huge.sql", "-".repeat((int) SourceTree.MOST + 1));

    Outcome outcome = ask();

    assertThat(outcome.status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(found(outcome, "sources.unread"))
        .isEqualTo(
            """
            dangling (a link that leads nowhere)
            huge.sql (over 4 MiB)
            logo.png (not text)
            outside (a link that leads out of the tree)
            utf16.sql (not text)""");
    Sources rest = sources(tree).except("*.png", "huge.sql", "utf16.sql", "dangling", "outside");
    assertThat(ask(rest).status()).isEqualTo(Status.PASSED);
    assertThat(ask(sources(tree).only("*.php")).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void a_write_in_a_file_of_another_name_or_encoding_is_found() throws Exception {
    Path real = work.resolve("real.txt");
    Files.writeString(real, "DELETE FROM eng_a");
    Files.createSymbolicLink(tree.resolve("linked.sql"), real);
    assertThat(ask().status()).isEqualTo(Status.FAILED);
    Files.delete(tree.resolve("linked.sql"));

    Files.write(
        tree.resolve("latin.php"),
        "<?php $s = 'Ä'; q('DELETE FROM eng_a');".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(ask().status()).isEqualTo(Status.FAILED);
  }

  @Test
  void directories_are_left_out_by_name_and_those_of_version_control_always() throws Exception {
    file("a.php", "<?php $a = 1;");
    file("vendor/x/b.php", "<?php q('DELETE FROM eng_a');");
    file(".git/packed.sql", "DELETE FROM eng_a");
    assertThat(ask().status()).isEqualTo(Status.FAILED);
    assertThat(ask(sources(tree).except("vendor/**")).status()).isEqualTo(Status.PASSED);
    assertThat(ask(sources(tree).except("vendor")).status()).isEqualTo(Status.PASSED);
    // named like it, and not it
    file("app/vendor/c.php", "<?php q('DELETE FROM eng_a');");
    assertThat(ask(sources(tree).except("vendor/**")).status()).isEqualTo(Status.FAILED);
  }

  @Test
  void a_table_is_matched_as_it_is_asked() throws Exception {
    file("a.sql", "delete from orders; delete from vh.orders; delete from shop.orders;");
    try (Desk desk = Desk.at(work)) {
      assertThat(desk.ask(sources(tree).neverWrite("orders")).status()).isEqualTo(Status.FAILED);
      assertThat(desk.ask(sources(tree).neverWrite("Shop.Orders")).status())
          .isEqualTo(Status.FAILED);
      assertThat(desk.ask(sources(tree).neverWrite("eng.orders")).status())
          .isEqualTo(Status.INCONCLUSIVE);
      assertThat(desk.ask(sources(tree).neverWrite("eng.*")).status()).isEqualTo(Status.PASSED);
      assertThat(desk.ask(sources(tree).neverWrite("{vh,eng}.o*")).status())
          .isEqualTo(Status.FAILED);
    }
    for (String none : Stream.of("", "a.b.c", "eng.", "{a").toList()) {
      assertThatThrownBy(() -> sources(tree).neverWrite(none))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_class_has_its_table_in_the_plural() throws Exception {
    file(
        "a.rb",
        Stream.of("Story", "Knife", "Person", "Child", "Box", "Datum", "Order", "SliceOfLife")
            .map(name -> "class " + name + " < ApplicationRecord\nend\n")
            .collect(Collectors.joining()));
    try (Desk desk = Desk.at(work)) {
      for (String table :
          List.of(
              "stories",
              "knives",
              "people",
              "children",
              "boxes",
              "data",
              "orders",
              "story",
              "slice_of_lives")) {
        assertThat(desk.ask(sources(tree).neverWrite(table)).status())
            .as(table)
            .isEqualTo(Status.INCONCLUSIVE);
      }
      assertThat(desk.ask(sources(tree).neverWrite("boxen", "store")).status())
          .isEqualTo(Status.PASSED);
    }
  }

  @Test
  void a_long_file_is_read_in_a_moment() throws Exception {
    file("a.sql", "insert into vh_a values (1, ' \" ', `x`); update a b c \n".repeat(6_000));
    file("word.js", "a".repeat(100_000));
    file("path.js", "a.b::".repeat(20_000));
    file("classes.js", "class A extends B @Entity belongsToMany(".repeat(2_500));
    file("calls.js", "insert(a.b.c, x<y>(insert ( class a.a.a.".repeat(2_500));
    long begun = System.nanoTime();
    ask();
    assertThat((System.nanoTime() - begun) / 1_000_000_000L).isLessThan(10);
  }
}
