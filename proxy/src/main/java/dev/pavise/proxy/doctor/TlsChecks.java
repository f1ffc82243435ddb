package dev.pavise.proxy.doctor;

import dev.pavise.proxy.config.ClientAuth;
import dev.pavise.proxy.config.ListenConfig;
import dev.pavise.proxy.config.TlsConfig;

/** The TLS of the doors. */
final class TlsChecks {
    private TlsChecks() {}

    static void clientCertificates(Examined examined, Notes notes) {
        for (ListenConfig.Door door : examined.config().listen().https()) {
            String name = door.name() + " " + door.address();
            switch (door.clientAuth()) {
                case REQUIRED -> notes.ok(name + " lets nobody in without a client certificate");
                case OPTIONAL ->
                    notes.ok(name + " asks for a client certificate, and takes other credentials in its place");
                case NONE -> none(door, name, notes);
            }
        }
    }

    private static void none(ListenConfig.Door door, String name, Notes notes) {
        if (door.address().loopback()) {
            notes.ok(name + " asks for no client certificate; only this machine reaches it");
        } else {
            notes.warn(
                    name + " asks for no client certificate: whoever reaches it may try credentials",
                    "set tls.client_ca and tls.client_auth: required (`pavise security init-ca` makes an authority)");
        }
    }

    static void revocation(Examined examined, Notes notes) {
        TlsConfig tls = examined.config().tls();
        boolean asks =
                examined.config().listen().https().stream().anyMatch(door -> door.clientAuth() != ClientAuth.NONE);
        if (!asks) {
            notes.notApplicable("no client certificates are asked for, so none can be revoked");
        } else if (tls.clientCrl() == null) {
            notes.warn(
                    "no revocation list is configured: a stolen client certificate counts until it expires",
                    "set tls.client_crl (`pavise security revoke` and `gen-crl` write ca.crl)");
        } else {
            notes.ok("client certificates are checked against " + tls.clientCrl());
        }
    }

    static void ownCertificate(Examined examined, Notes notes) {
        if (examined.config().tls().cert() == null) {
            notes.warn(
                    "the gateway makes itself a throwaway certificate, for this machine only",
                    "set tls.cert and tls.key (`pavise security gen-server-cert` makes them)");
        } else {
            notes.ok("the gateway's certificate is " + examined.config().tls().cert());
        }
    }

    static void version(Examined examined, Notes notes) {
        if (examined.config().tls().minVersion() == TlsConfig.Version.TLS_1_2) {
            notes.warn("TLS 1.2 is spoken", "drop tls.min_version once no client needs 1.2 any more");
        } else {
            notes.ok("TLS 1.3 alone is spoken");
        }
    }
}
