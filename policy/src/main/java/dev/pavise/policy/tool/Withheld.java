package dev.pavise.policy.tool;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/**
 * What no manifest gets by naming it: the machine's own secrets and programs, and addresses that mean the machine itself or
 * the one that issues its credentials. The configuration can give it to one tool ({@link Reach.Only}).
 */
final class Withheld {
    /** Accounts, keys, sockets of services: not even to be read. */
    private static final List<String> UNREADABLE = List.of("/etc", "/root", "/boot", "/run", "/var/run");

    /** Programs that others run. */
    private static final List<String> UNWRITABLE =
            List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt");

    /** Where clouds answer with credentials, beside the link-local address that most of them use. */
    private static final Set<String> METADATA = Set.of("100.100.100.200", "192.0.0.192", "[fd00:ec2:0:0:0:0:0:254]");

    private Withheld() {}

    static boolean holds(ResourceGrant.Files files) {
        return overlapsAny(files.path(), UNREADABLE) || (files.writable() && overlapsAny(files.path(), UNWRITABLE));
    }

    static boolean overlapsAny(String path, Iterable<String> folders) {
        for (String folder : folders) {
            if (GrantPath.overlap(path, folder)) {
                return true;
            }
        }
        return false;
    }

    static boolean holds(ResourceGrant.Endpoint endpoint) {
        String host = endpoint.host();
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || METADATA.contains(host)
                || GrantHost.address(host).filter(Withheld::isLocal).isPresent();
    }

    private static boolean isLocal(InetAddress address) {
        return address.isLoopbackAddress() || address.isLinkLocalAddress();
    }
}
