"""The embedded servers: Apache Kafka and PostgreSQL as child processes on loopback, for development and tests."""
