package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.proxy.config.HostPort;
import dev.pavise.proxy.http.AllowedHosts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OwnNameTest {
    @ParameterizedTest
    @CsvSource({"0.0.0.0,  127.0.0.1", "127.0.0.1,127.0.0.1", "10.1.2.3, 10.1.2.3", "::,       ::1", "fd00::7,  fd00::7"
    })
    void isReachedByLoopbackWhereItListensEverywhere(String bound, String connect) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(bound), 8443);
        assertEquals(new HostPort(connect, 8443), OwnName.connect(address));
    }

    @ParameterizedTest
    @CsvSource({
        // connect, names of the certificate, hosts, name
        "127.0.0.1, 'localhost 127.0.0.1 ::1',         'localhost 127.0.0.1 ::1',  127.0.0.1",
        "127.0.0.1, 'agents.example.com localhost',    'agents.example.com localhost', localhost",
        "127.0.0.1, 'agents.example.com localhost',    agents.example.com,         agents.example.com",
        "127.0.0.1, agents.example.com,                agents.example.com,         agents.example.com",
        "127.0.0.1, 'a.example.com b.example.com',     b.example.com,              b.example.com",
        "127.0.0.1, *.example.com,                     *.example.com,              pavise.example.com",
        "127.0.0.1, '*.example.com 10.0.0.1',          10.0.0.1,                   10.0.0.1",
        "::1,       'localhost 127.0.0.1 ::1',         'localhost 127.0.0.1 ::1',  ::1",
        "10.0.0.1,  'localhost 10.0.0.1',              'localhost 10.0.0.1',       10.0.0.1",
        "127.0.0.1, a.example.com,                     b.example.com,              127.0.0.1"
    })
    void isCalledByANameThatIsProvenAndAnsweredTo(String connect, String names, String hosts, String expected) {
        HostPort name = OwnName.name(
                new HostPort(connect, 8443), List.of(names.split(" ")), AllowedHosts.of(List.of(hosts.split(" "))));
        assertEquals(new HostPort(expected, 8443), name);
    }
}
