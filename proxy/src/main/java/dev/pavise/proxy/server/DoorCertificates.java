package dev.pavise.proxy.server;

import dev.pavise.policy.identity.CertificateName;
import dev.pavise.proxy.gate.CertificateCheck;
import dev.pavise.proxy.tls.CertificateFault;
import dev.pavise.proxy.tls.Peer;
import dev.pavise.proxy.tls.ServerTls;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Judges client certificates by the door that the connection came through; a door that is gone lets nobody in. */
record DoorCertificates(Map<String, ServerTls> doors, InstantSource clock) implements CertificateCheck {
    @Override
    public Finding check(Peer peer) {
        ServerTls door = doors.get(peer.door());
        if (door == null) {
            return new Finding.Bad("door_closed");
        }
        Optional<CertificateFault> fault = door.judge(peer);
        if (fault.isPresent()) {
            return new Finding.Bad(fault.get().code());
        }
        if (peer.certificates().isEmpty()) {
            return new Finding.None();
        }
        return switch (CertificateName.of(peer.certificates().getFirst(), clock.instant())) {
            case CertificateName.Named(String name) -> new Finding.Good(name);
            case CertificateName.Refused(CertificateName.Reason reason) -> new Finding.Bad(reason.code());
        };
    }
}
