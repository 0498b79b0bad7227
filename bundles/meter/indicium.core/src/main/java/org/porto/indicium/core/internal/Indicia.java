// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.porto.crypto.api.CertificateInfo;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CertificateService;
import org.porto.indicium.api.IndiciumCode;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumProfile;
import org.porto.indicium.api.IndiciumSigner;
import org.porto.indicium.api.IndiciumVerifier;
import org.porto.indicium.api.LoggedDebit;
import org.porto.indicium.api.SignedIndicium;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;

/** Registry of profiles; signs with one, verifies with the one that the record belongs to. */
@Component(name = "org.porto.indicium.core", service = {IndiciumSigner.class, IndiciumVerifier.class})
public final class Indicia implements IndiciumSigner, IndiciumVerifier {

    static final int RECORD_BYTES_MAX = 1024;
    /** Mail may be dated ahead by as much as this. */
    static final int DAYS_AHEAD_MAX = 31;

    private final CertificateService certificates;
    private final InstantSource time;
    private final List<IndiciumProfile> profiles = new CopyOnWriteArrayList<>();

    @Activate
    public Indicia(@Reference CertificateService certificates, @Reference InstantSource time) {
        this.certificates = certificates;
        this.time = time;
    }

    @Reference(
            cardinality = ReferenceCardinality.AT_LEAST_ONE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "removeProfile")
    void addProfile(IndiciumProfile profile) {
        profiles.add(profile);
    }

    void removeProfile(IndiciumProfile profile) {
        profiles.remove(profile);
    }

    @Override
    public List<String> profiles() {
        List<String> names = new ArrayList<>(profiles.stream().map(IndiciumProfile::name).sorted().toList());
        if (names.remove(FullProfile.NAME)) {
            names.add(0, FullProfile.NAME);
        }
        return List.copyOf(names);
    }

    @Override
    public SignedIndicium sign(String profile, IndiciumData data) throws RefusedException {
        String wanted = profile.isEmpty() ? FullProfile.NAME : profile;
        IndiciumProfile signer = profiles.stream()
                .filter(p -> p.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new RefusedException(IndiciumCode.PROFILE_MISSING, wanted));
        byte[] record = signer.sign(data);
        DataMatrixSymbol symbol = DataMatrixSymbol.of(record, signer.shape());
        return new SignedIndicium(signer.name(), data, record, symbol.columns(), symbol.rows(), symbol.modules());
    }

    @Override
    public LoggedDebit find(IndiciumData data, Path exportedLog) throws RefusedException {
        return new LogSearch(data).in(exportedLog);
    }

    @Override
    public IndiciumData verify(byte[] scanned, byte[] meterCertificate) throws RefusedException {
        if (scanned.length > RECORD_BYTES_MAX) {
            throw new RefusedException(IndiciumCode.UNREADABLE, scanned.length + " bytes");
        }
        IndiciumProfile profile = claiming(scanned);
        CertificateInfo meter = certificates.read(meterCertificate);
        if (meter.role() != CertificateRole.METER) {
            throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN, meter.subject() + " is certified as " + meter.role());
        }
        IndiciumData data = profile.open(scanned, DeviceId.parse(meter.subject()), meter.publicKey());
        plausible(data, !profile.saysAll());
        return data;
    }

    private IndiciumProfile claiming(byte[] scanned) throws RefusedException {
        return profiles.stream()
                .filter(p -> p.claims(scanned))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        IndiciumCode.UNREADABLE, "no profile for a record of " + scanned.length + " bytes"));
    }

    @Override
    public String profile(byte[] scanned) throws RefusedException {
        return claiming(scanned).name();
    }

    @Override
    public List<byte[]> scanAll(Path file) throws RefusedException {
        return SymbolScanner.scanAll(file);
    }

    @Override
    public byte[] scan(Path file) throws RefusedException {
        return SymbolScanner.scan(file);
    }

    private void plausible(IndiciumData data, boolean registersUnsaid) throws RefusedException {
        LocalDate latest = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC).plusDays(DAYS_AHEAD_MAX);
        if (data.pieceCount() < 1) {
            throw new RefusedException(IndiciumCode.IMPLAUSIBLE, "piece count " + data.pieceCount());
        }
        if (data.date().isAfter(latest)) {
            throw new RefusedException(IndiciumCode.IMPLAUSIBLE, "date " + data.date());
        }
        if (!registersUnsaid && (data.descendingMils() < 0 || data.value().mils() > data.ascendingMils())) {
            throw new RefusedException(
                    IndiciumCode.IMPLAUSIBLE,
                    "value " + data.value().mils() + ", ascending " + data.ascendingMils() + ", descending "
                            + data.descendingMils());
        }
    }
}
