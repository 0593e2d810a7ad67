"""The real parts that the integration tests put together: servers, databases, telephones, a bad network."""
