// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.InstantSource;
import org.porto.ledger.api.Ledger;
import org.porto.model.api.RefusedException;

/** The product's ledger with the product's settings, outside a container. */
public final class BenchLedger implements AutoCloseable {

    private final HikariDataSource pool;
    private final SqlLedger ledger;

    public BenchLedger(String url) throws RefusedException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("porto");
        config.setMaximumPoolSize(6);
        config.setMinimumIdle(1);
        pool = new HikariDataSource(config);
        ledger = new SqlLedger(pool, new SqlLedger.Setting(512, 4, Duration.ofSeconds(10), Duration.ofSeconds(60)),
                InstantSource.system());
    }

    public Ledger ledger() {
        return ledger;
    }

    @Override
    public void close() {
        ledger.close();
        pool.close();
    }
}
