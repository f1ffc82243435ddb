package dev.pavise.proxy.doctor;

import dev.pavise.proxy.config.AddressRange;
import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.config.ListenConfig;
import java.util.List;

/** Who reaches what, and whose word about addresses is taken. */
final class DoorChecks {
    /** A range with a shorter prefix holds more addresses than anybody has proxies. */
    private static final int SHORT_PREFIX = 8;

    private static final String MOVE = "give it an address of its own that only operators reach: listen.management";

    private DoorChecks() {}

    static void management(Examined examined, Notes notes) {
        GatewayConfig config = examined.config();
        own("the management API", config.listen().management(), config, notes);
        own("the metrics", config.listen().metrics(), config, notes);
        if (config.listen().management() != null) return;
        List<String> open = config.listen().https().stream()
                .filter(door -> !door.address().loopback() && door.clientAuth() != ClientAuth.REQUIRED)
                .map(ListenConfig.Door::address)
                .map(HostPort::toString)
                .toList();
        if (open.isEmpty()) {
            notes.ok("the management API shares the doors of callers, which are closed to strangers");
        } else {
            notes.warn("the management API shares " + String.join(", ", open) + " with callers", MOVE);
        }
    }

    private static void own(
            String what, @org.jspecify.annotations.Nullable HostPort address, GatewayConfig config, Notes notes) {
        if (address == null) return;
        if (address.loopback() || config.tls().clientAuth() == ClientAuth.REQUIRED) {
            notes.ok(what + " is on " + address + ", closed to strangers");
        } else {
            notes.warn(
                    what + " is on " + address + " without a client certificate being required",
                    "set tls.client_auth: required, or let nobody but operators reach that address");
        }
    }

    static void trustedProxies(Examined examined, Notes notes) {
        List<AddressRange> proxies = examined.config().trustedProxies();
        boolean sound = true;
        for (AddressRange range : proxies) {
            sound &= range.prefix() >= SHORT_PREFIX;
            if (range.prefix() == 0) {
                notes.bad(
                        "trusted_proxies holds " + range + ": every client may say which address it has, so limits and"
                                + " records by address mean nothing",
                        "list the addresses of your own proxies alone");
            } else if (range.prefix() < SHORT_PREFIX) {
                notes.warn("trusted_proxies holds " + range + ", which is very wide", "list your own proxies alone");
            }
        }
        if (proxies.isEmpty()) {
            notes.ok("no proxy is trusted to tell a client's address");
        } else if (sound) {
            notes.ok("trusted to tell a client's address: "
                    + String.join(
                            ", ", proxies.stream().map(AddressRange::toString).toList()));
        }
    }
}
