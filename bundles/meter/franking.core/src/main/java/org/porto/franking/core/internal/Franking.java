// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.card.api.CardReaders;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.FrankedPiece;
import org.porto.franking.api.FrankingService;
import org.porto.franking.api.Spoil;
import org.porto.indicium.api.IndiciumSigner;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.print.api.Printers;
import org.porto.purse.api.Purses;
import org.porto.register.api.RegisterVault;
import org.porto.tms.api.TmsChannel;

/** Shell of {@link FrankingEngine}. */
@Component(
        name = "org.porto.franking.core",
        service = FrankingService.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = FrankingConfig.class)
public final class Franking implements FrankingService {

    private static final int TOWN_CHARACTERS_MAX = 24;
    private static final int ADVERT_CHARACTERS_MAX = 40;

    private final FrankingEngine engine;

    @Activate
    public Franking(
            FrankingConfig config,
            @Reference Journals journals,
            @Reference RegisterVault vault,
            @Reference IndiciumSigner signer,
            @Reference Printers printers,
            @Reference MeterIdentity meter,
            @Reference CardReaders readers,
            @Reference Purses purses,
            @Reference TmsChannel channel,
            @Reference KeyService keys,
            @Reference InstantSource time)
            throws IOException, RefusedException {
        Path directory = Path.of(config.directory());
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("directory must be absolute, not " + directory);
        }
        if (config.town().length() > TOWN_CHARACTERS_MAX || config.advert().length() > ADVERT_CHARACTERS_MAX) {
            throw new IllegalArgumentException("town has at most 24 characters, advert at most 40");
        }
        Files.createDirectories(directory);
        engine = new FrankingEngine(
                journals,
                directory.resolve("franking.journal"),
                vault,
                signer,
                printers,
                meter,
                new CardDesk(readers, purses, channel, keys),
                new PageLayout(
                        config.town(),
                        config.advert(),
                        config.advert_image().isEmpty()
                                ? Optional.empty()
                                : Optional.of(AdvertImage.read(Path.of(config.advert_image())))),
                time,
                ZoneId.systemDefault());
    }

    @Deactivate
    void close() {
        engine.close();
    }

    @Override
    public FrankedPiece frank(FrankRequest request) throws RefusedException, UncertainException {
        return engine.frank(request);
    }

    @Override
    public List<Spoil> spoils() throws RefusedException {
        return engine.spoils();
    }

    @Override
    public List<byte[]> unacknowledgedReceipts() throws RefusedException {
        return engine.unacknowledgedReceipts();
    }

    @Override
    public void acknowledgeReceipts(Collection<String> digests) throws RefusedException {
        engine.acknowledgeReceipts(digests);
    }
}
