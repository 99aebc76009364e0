"""The pure half of the reference orchestration: decisions about monitors, and no effect.

    schedule ─▶ planning ─▶ checks ─▶ deliveries ─▶ webhooks | mail
                   what is due   what became of it   what leaves the house

The other half, which fetches, stores and sends, is `changetrack_server.monitor`.
"""
