"""Salesforce: the amount, stage and order of an opportunity, by an external id."""

from adapters.crm.salesforce.client import SalesforceCrm

__all__ = ["SalesforceCrm"]
