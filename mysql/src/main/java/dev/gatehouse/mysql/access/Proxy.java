package dev.gatehouse.mysql.access;

/** That logins of one may become another, where the plugin that lets them in says so. */
record Proxy(String user, String host, String proxiedUser, String proxiedHost) {}
