// SPDX-License-Identifier: Apache-2.0
/** Hardware models and the drivers that serve them, from configuration. */
package org.porto.driver.catalogue.internal;
