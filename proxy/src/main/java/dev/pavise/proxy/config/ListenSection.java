package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Cursor;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Place;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import dev.pavise.policy.config.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads {@code listen}. What a door asks of callers is settled later, when {@code tls} is known too. */
final class ListenSection {

    /** A door as it stands in the file. */
    record Door(HostPort address, @Nullable ClientAuth clientAuth, Place place) {}

    /** The section as it stands in the file; no door means the default one. */
    record Draft(
            List<Door> https,
            @Nullable HostPort metrics,
            @Nullable HostPort management,
            ListenConfig.Transport transport) {}

    static final Shape<ClientAuth> CLIENT_AUTH = Scalars.choice(clientAuths());

    private static final Key<HostPort> ADDRESS = Key.required("address", Addresses.hostPort(), "where this door is");
    private static final Key<ClientAuth> DOOR_AUTH =
            Key.optional("client_auth", CLIENT_AUTH, "what this door asks of callers; default: tls.client_auth");
    private static final Section<Door> DOOR = Section.of(
            List.of(ADDRESS, DOOR_AUTH), bound -> new Door(bound.get(ADDRESS), bound.find(DOOR_AUTH), bound.place()));

    private static final Key<List<Door>> HTTPS = Key.optional(
            "https",
            Shapes.either(
                    node -> node instanceof YamlNode.Scalar,
                    plainDoor(),
                    Shapes.someOf(DOOR, "name one, or remove the key")),
            "where callers come in: one address, or a list of {address, client_auth}; default: 0.0.0.0:8443, or"
                    + " 127.0.0.1:8443 as long as tls.cert is not set");
    private static final Key<HostPort> METRICS =
            Key.optional("metrics", Addresses.hostPort(), "an address of its own for /metrics (TLS, same identities)");
    private static final Key<HostPort> MANAGEMENT = Key.optional(
            "management", Addresses.hostPort(), "an address of its own for the management API; default: shares https");
    private static final Key<ListenConfig.Transport> TRANSPORT = Key.withDefault(
            "transport", Scalars.choice(transports()), "auto", "how the event loops talk to the system");

    static final Section<Draft> SECTION = Section.of(List.of(HTTPS, METRICS, MANAGEMENT, TRANSPORT), bound -> {
        List<Door> https = bound.find(HTTPS);
        return new Draft(
                https == null ? List.of() : https, bound.find(METRICS), bound.find(MANAGEMENT), bound.get(TRANSPORT));
    });

    private ListenSection() {}

    /** Settles the doors, and checks that no two of them are at one address. */
    static ListenConfig settle(Draft draft, TlsConfig tls, boolean authority, Bound root, Key<Draft> key) {
        List<ListenConfig.Door> doors = new ArrayList<>();
        for (Door door : drafted(draft, tls, root.place())) {
            ClientAuth asked = door.clientAuth() == null ? tls.clientAuth() : door.clientAuth();
            if (asked != ClientAuth.NONE && !authority && door.clientAuth() != null) {
                root.reading().error(door.place(), "asks for client certificates, which needs tls.client_ca");
            }
            Integer port = ConfigOverrides.port(root.reading());
            boolean first = doors.isEmpty();
            HostPort address =
                    first && port != null ? new HostPort(door.address().host(), port) : door.address();
            doors.add(new ListenConfig.Door(first ? "https" : "https-" + (doors.size() + 1), address, asked));
        }
        ListenConfig settled = new ListenConfig(doors, draft.metrics(), draft.management(), draft.transport());
        checkApart(settled, root, key);
        return settled;
    }

    private static List<Door> drafted(Draft draft, TlsConfig tls, Place place) {
        if (!draft.https().isEmpty()) return draft.https();
        HostPort standard = new HostPort(tls.cert() == null ? "127.0.0.1" : "0.0.0.0", 8443);
        return List.of(new Door(standard, null, place));
    }

    private static void checkApart(ListenConfig listen, Bound root, Key<Draft> key) {
        Map<HostPort, String> taken = new LinkedHashMap<>();
        for (ListenConfig.Door door : listen.https()) checkFree(taken, door.address(), door.name(), root, key);
        if (listen.metrics() != null) checkFree(taken, listen.metrics(), "metrics", root, key);
        if (listen.management() != null) checkFree(taken, listen.management(), "management", root, key);
    }

    private static void checkFree(Map<HostPort, String> taken, HostPort address, String name, Bound root, Key<?> key) {
        if (address.port() == 0) return;
        String other = taken.putIfAbsent(address, name);
        if (other != null) root.error(key, name + " and " + other + " are both at `" + address + "`");
    }

    private static Shape<List<Door>> plainDoor() {
        Shape<HostPort> address = Addresses.hostPort();
        return new Shape<>() {
            @Override
            public @Nullable List<Door> read(Cursor at, Reading reading) {
                HostPort found = address.read(at, reading);
                return found == null ? null : List.of(new Door(found, null, reading.place(at)));
            }

            @Override
            public Map<String, Object> schema() {
                return Objects.requireNonNull(address.schema());
            }
        };
    }

    private static Map<String, ClientAuth> clientAuths() {
        Map<String, ClientAuth> words = new LinkedHashMap<>();
        words.put("none", ClientAuth.NONE);
        words.put("optional", ClientAuth.OPTIONAL);
        words.put("required", ClientAuth.REQUIRED);
        return words;
    }

    private static Map<String, ListenConfig.Transport> transports() {
        Map<String, ListenConfig.Transport> words = new LinkedHashMap<>();
        words.put("auto", ListenConfig.Transport.AUTO);
        words.put("epoll", ListenConfig.Transport.EPOLL);
        words.put("io_uring", ListenConfig.Transport.IO_URING);
        words.put("nio", ListenConfig.Transport.NIO);
        return words;
    }
}
