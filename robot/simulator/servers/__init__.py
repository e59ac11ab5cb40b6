"""Who answers on the network: the appliances over TLS, and the control address of the tests."""
