"""The endpoint: `POST /v1/change-tracking/diff`, scrapes with change tracking, and their service.

    from changetrack_server.app import create_app

    app = create_app()

Everything here does I/O; what changed is said by the library, of which it uses public names only.
"""
