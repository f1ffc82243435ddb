package dev.pavise.proxy.doctor;

import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.config.ShipConfig;
import java.util.List;

/** Whether audit records are kept elsewhere too, and can be read on their way there. */
final class ShipChecks {
    private ShipChecks() {}

    static void shipping(Examined examined, Notes notes) {
        ShipConfig ship = examined.config().audit().ship();
        if (ship == null) {
            notes.ok("audit records are kept on this machine alone (audit.ship would send them on)");
            return;
        }
        List<String> open = ship.kafka().servers().stream()
                .filter(server -> !server.loopback())
                .map(HostPort::toString)
                .toList();
        String topic = "audit records are shipped to the topic " + ship.kafka().topic();
        if (ship.kafka().tls() || open.isEmpty()) {
            notes.ok(topic + (ship.kafka().tls() ? " over TLS" : " of a broker on this machine"));
        } else {
            notes.warn(
                    topic + " in the clear, to " + String.join(", ", open),
                    "remove audit.ship.kafka.tls: false, and name the brokers' authority by ca");
        }
    }
}
